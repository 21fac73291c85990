/** A Worker that workerd starts and that no request can reach. */
export default {};
