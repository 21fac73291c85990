import { readFileSync } from 'node:fs';
import { fromCaller, spelledAsCalled } from '../../reports/command/index.ts';
import { ExchangeRate } from '../../reports/schema/index.ts';
import { LoadTestError } from '../errors.ts';

/**
 * Reads a file such as `{"perUsd": 0.76, "date": "2026-11-27", "source": "Bank of England"}`: Cloudflare bills dollars, and what a
 * dollar is elsewhere nobody can say beforehand.
 *
 * @throws LoadTestError `bad_rate`: not there, not JSON, a key that means nothing, a value out of range
 */
export function readExchangeRate(file: string): ExchangeRate {
  try {
    return ExchangeRate.parse(JSON.parse(readFileSync(fromCaller(file), 'utf8')));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause);
    throw new LoadTestError(
      'bad_rate',
      `${file} is no exchange rate: ${why} Write {"perUsd": 0.76, "date": "2026-11-27", "source": "where it is from"}; see ` +
        `${spelledAsCalled('shardproof capacity --help')}.`,
      { cause },
    );
  }
}
