import type { BundleFiles, ModuleKind } from '../isolate/index.ts';

/** A rule of wrangler: what the imports are that match (developers.cloudflare.com/workers/wrangler/configuration, bundling). */
export interface ModuleRule {
  readonly type: string;
  readonly globs: readonly string[];
  /** Whether later rules of the same type count too. */
  readonly fallthrough?: boolean | undefined;
}

/** How a wrangler configuration has its Worker built. */
export interface ConfiguredBuild {
  /** The configuration, and the environment of it. */
  readonly file: string;
  readonly environment: string | undefined;
  /** Runs first, in that folder. */
  readonly command: { readonly line: string; readonly folder: string } | undefined;
  readonly rules: readonly ModuleRule[];
  readonly alias: Readonly<Record<string, string>>;
  readonly define: Readonly<Record<string, string>>;
  readonly minify: boolean;
  readonly keepNames: boolean;
  readonly tsconfig: string | undefined;
  readonly jsxFactory: string | undefined;
  readonly jsxFragment: string | undefined;
  /** Whether it asks for what only wrangler does: modules that are uploaded as they are, or Node's modules for an older workerd. */
  readonly needsWrangler: boolean;
}

/** What a Worker is bundled from. */
export interface BundleSource {
  readonly entry: string;
  readonly configured?: ConfiguredBuild | undefined;
}

/** A file that is a module of its own beside the bundle. */
export interface ModuleFile {
  readonly name: string;
  readonly kind: ModuleKind;
  readonly content: Uint8Array;
}

export interface Bundle {
  readonly code: Uint8Array;
  readonly format: BundleFiles['format'];
  /** What the code imports that is not in it, by the names under which it does. */
  readonly assets: readonly ModuleFile[];
  /** The names that it exports; undefined where wrangler itself has looked at them. */
  readonly exports: readonly string[] | undefined;
}
