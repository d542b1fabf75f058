#!lua
-- Makes a day of what was observed of one customer be what is given. KEYS: counts and
-- transfers of the day, the days of which there is anything, the hours that logs cover.
-- ARGV: the day, how many counts, transfers and hours follow, and of each its field and
-- its value.
local day, counts, transfers, hours = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('DEL', KEYS[1], KEYS[2])
for hour = tonumber(day) * 24, tonumber(day) * 24 + 23 do
  redis.call('HDEL', KEYS[4], string.format('%d', hour))
end
local at = 5
local function put(key, n)
  for i = 1, n do
    redis.call('HSET', key, ARGV[at], ARGV[at + 1])
    at = at + 2
  end
end
put(KEYS[1], counts)
put(KEYS[2], transfers)
put(KEYS[4], hours)
if counts + transfers > 0 then
  redis.call('ZADD', KEYS[3], day, day)
else
  redis.call('ZREM', KEYS[3], day)
end
return 1
