/** What a stored run may be a run of. */
export const KINDS = ['capacity', 'conformance', 'comparison', 'rehearsal', 'remote-load'] as const;
