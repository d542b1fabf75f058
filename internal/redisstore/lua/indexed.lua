#!lua flags=no-writes
-- Reads up to ARGV[4] entries of the stream KEYS[1] whose numbers lie from ARGV[1] to
-- ARGV[2] and that the sorted sets behind it all list; ARGV[3] is "down" for the
-- greatest first. Of several sets the first is gone through, in steps. Answers
-- {number, field, value, ...} for each.
local stream, first, last, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4])
local answer, step = {}, 1000
while #answer < limit do
  local page
  if ARGV[3] == 'down' then
    page = redis.call('ZRANGE', KEYS[2], last, first, 'BYSCORE', 'REV', 'LIMIT', 0, step)
  else
    page = redis.call('ZRANGE', KEYS[2], first, last, 'BYSCORE', 'LIMIT', 0, step)
  end
  for _, number in ipairs(page) do
    if #answer < limit and (not KEYS[3] or redis.call('ZSCORE', KEYS[3], number)) then
      local entry = redis.call('XRANGE', stream, number .. '-0', number .. '-0')[1]
      if entry then
        answer[#answer + 1] = {number, unpack(entry[2])}
      end
    end
  end
  if #page < step then
    break
  end
  if ARGV[3] == 'down' then
    last = '(' .. page[#page]
  else
    first = '(' .. page[#page]
  end
end
return answer
