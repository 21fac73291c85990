export default {};

/** A Worker that builds and that workerd cannot start. */
throw new Error('this Worker is broken on purpose');
