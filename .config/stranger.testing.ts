import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './tracked-files.ts';

/** A repository that is not ours, with the package in it as a stranger has it. */
export class Stranger {
  readonly folder = mkdtempSync(join(tmpdir(), 'shardproof-package-'));
  /** The Node that comes with the package. */
  readonly node = join(this.folder, 'node_modules', 'node', 'bin');

  /** Packs the package and installs it. @param packages what the Worker needs for itself, in the versions of this repository */
  installPackage(...packages: string[]): void {
    execFileSync('npm', ['pack', '--pack-destination', this.folder], { cwd: root, stdio: 'ignore' });
    const [archive = ''] = readdirSync(this.folder).filter((name) => name.endsWith('.tgz'));
    const manifest = { name: 'stranger', private: true, type: 'module' };
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify(manifest));
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const versions = { ...dependencies, ...devDependencies };
    this.install(this.folder, `./${archive}`, ...packages.map((name) => `${name}@${versions[name]}`));
  }

  install(prefix: string, ...packages: string[]): void {
    const how = ['--prefer-offline', '--no-audit', '--no-fund', '--prefix', prefix];
    execFileSync('npm', ['install', ...how, ...packages], { cwd: this.folder, stdio: 'ignore' });
  }

  /** Runs a command of the package, or any other program, with one Node in front of all others: that of the package, unless told otherwise. */
  run(program: string, args: readonly string[], node = this.node) {
    const { npm_lifecycle_event: _, INIT_CWD: __, ...env } = process.env;
    const PATH = [node, join(this.folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    return spawnSync(program, args, { cwd: this.folder, encoding: 'utf8', env: { ...env, PATH } });
  }

  /** Gives it the k6 that was built here: another one would take minutes. */
  lendK6(): void {
    const built = join(root, '.shardproof', 'cache');
    if (existsSync(built)) cpSync(built, join(this.folder, '.shardproof', 'cache'), { recursive: true });
  }
}
