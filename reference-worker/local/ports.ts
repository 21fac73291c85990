import { once } from 'node:events';
import { createServer } from 'node:net';
import { PlatformError } from './errors.ts';

/**
 * Refuses fixed ports that cannot be had, before anything starts. Ports that nobody fixed are not chosen
 * here: each server listens on port 0 and reports what it got, so that no other process can slip in between.
 *
 * @throws PlatformError `port_in_use` naming the port, `bad_port` outside 1024..65535
 */
export async function assertPortsFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (port < 1024 || port > 65_535)
      throw new PlatformError('bad_port', `port ${port} is outside 1024..65535; give another --port.`);
    const probe = createServer();
    try {
      probe.listen(port, '127.0.0.1');
      await once(probe, 'listening');
    } catch (cause) {
      const next = 'stop what listens there, or give another --port';
      throw new PlatformError('port_in_use', `127.0.0.1:${port} is taken; ${next}.`, { cause });
    }
    probe.close();
    await once(probe, 'close');
  }
}
