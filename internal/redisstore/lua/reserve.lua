#!lua
-- Takes units from the token bucket in KEYS[1]. ARGV: how many are needed, how many
-- are wanted, how many come in a second, how many fit. Answers how many it took, as
-- text, and how many milliseconds the needed ones take to come. A bucket that is not
-- there is full, which is why it goes when it would be.
local need, want, rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'left', 'seen')
local left, seen = tonumber(kept[1] or burst) or burst, tonumber(kept[2] or now) or now
left = math.min(burst, left + rate * math.max(now - seen, 0))
if left < need then
  return {'0', math.ceil((need - left) / rate * 1000)}
end
local granted = math.max(need, math.min(want, left))
left = left - granted
redis.call('HSET', KEYS[1], 'left', string.format('%.6f', left), 'seen', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.min(math.ceil((burst - left) / rate * 1000) + 1000, 86400000))
return {string.format('%.6f', granted), 0}
