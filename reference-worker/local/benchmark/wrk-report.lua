-- One line of JSON for wrk.ts. wrk's own text gives four percentiles, and percentiles cannot be merged.
function done(summary, latency)
  local counts = {}
  for index = 1, #latency do
    local us, count = latency(index)
    counts[index] = string.format('[%d,%d]', us, count)
  end
  local errors = summary.errors
  io.write(string.format(
    '\nblock {"requests":%d,"durationUs":%d,"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d},"latencyUs":[%s]}\n',
    summary.requests, summary.duration, errors.connect, errors.read, errors.write, errors.status, errors.timeout,
    table.concat(counts, ',')))
end
