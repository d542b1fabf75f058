#!lua
-- Joins minutes to those that logs of one customer cover. KEYS: hours. ARGV: for each
-- hour its number and two halves of 30 bits.
for i = 1, #ARGV, 3 do
  local before = redis.call('HGET', KEYS[1], ARGV[i]) or '0 0'
  local low, high = string.match(before, '^(%d+) (%d+)$')
  redis.call('HSET', KEYS[1], ARGV[i], bit.bor(tonumber(low), tonumber(ARGV[i + 1])) .. ' ' .. bit.bor(tonumber(high), tonumber(ARGV[i + 2])))
end
return 1
