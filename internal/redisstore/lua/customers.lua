#!lua flags=no-writes
-- Lists up to ARGV[3] customers from ARGV[2], a bound as ZRANGE BYLEX reads it.
-- Answers {seq, customer, number, customer, number, ...}.
local meta, heads, customers = KEYS[1], KEYS[2], KEYS[3]
if redis.call('HGET', meta, 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local answer = {redis.call('HGET', meta, 'seq') or '0'}
for i, customer in ipairs(redis.call('ZRANGE', customers, ARGV[2], '+', 'BYLEX', 'LIMIT', 0, ARGV[3])) do
  answer[2 * i] = customer
  answer[2 * i + 1] = (redis.call('HSTRLEN', heads, customer) - 48) / 12
end
return answer
