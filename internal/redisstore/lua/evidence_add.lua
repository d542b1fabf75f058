#!lua
-- Adds a part of a range to what was observed of one customer, once. KEYS: the marks of
-- what was added, the days of which there is anything, and the counts. ARGV: digest, the
-- mark of the part, how many days, the days, and for each count the place of its key, its
-- field, how many, the first and the last instant in 20 digits. Marks ascend.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') >= ARGV[2] then
  return 0
end
local days = tonumber(ARGV[3])
for i = 4, 3 + days do
  redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i])
end
for i = 4 + days, #ARGV, 5 do
  local key, field, count, first, last = KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local before = redis.call('HGET', key, field)
  if before then
    local was, begun, ended = string.match(before, '^(%d+) (%d+) (%d+)$')
    count = string.format('%.0f', tonumber(was) + tonumber(count))
    first = begun < first and begun or first
    last = ended > last and ended or last
  end
  redis.call('HSET', key, field, count .. ' ' .. first .. ' ' .. last)
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
