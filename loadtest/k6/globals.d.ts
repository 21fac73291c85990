/** k6 writes console.error to its log; @types/k6 does not declare it. */
declare const console: { error(message: string): void };
