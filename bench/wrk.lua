-- wrk's script: asks for the request targets in a file, in order and again from the start, on one thread.
-- arguments: FILE, Accept header, and a number: 0 repeats the targets as they are; any other is counted up and goes
-- into a comment at the end of each query, so that no two requests are the same.
local targets, number, count, head = {}, 0, 0, ""

function init(arguments)
  for line in io.lines(arguments[1]) do targets[#targets + 1] = line end
  head = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAccept: " .. arguments[2] .. "\r\n\r\n"
  number = tonumber(arguments[3])
end

function request()
  count = count + 1
  local target = targets[(count - 1) % #targets + 1]
  if number == 0 then return "GET " .. target .. head end
  return "GET " .. target .. "%0A%23" .. string.format("%d", number + count) .. head
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "bytes": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.bytes,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
