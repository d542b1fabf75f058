#!lua
-- Ends transactions that can no longer commit: the one that ARGV[1] names, or,
-- where it is empty, up to ARGV[3] that began more than ARGV[2] microseconds
-- ago. Their bodies are left to the cleaner. Answers how many were ended.
local intents, started, aborted = KEYS[5], KEYS[6], KEYS[7]
local ended = {ARGV[1]}
if ARGV[1] == '' then
  local clock = redis.call('TIME')
  local until_ = string.format('%.0f', clock[1] * 1000000 + clock[2] - tonumber(ARGV[2]))
  ended = redis.call('ZRANGE', started, '-inf', until_, 'BYSCORE', 'LIMIT', 0, ARGV[3])
end
local count = 0
for _, tx in ipairs(ended) do
  local intent = redis.call('HGET', intents, tx)
  if intent then
    redis.call('HSET', aborted, tx, intent)
    redis.call('HDEL', intents, tx)
    count = count + 1
  end
  redis.call('ZREM', started, tx)
end
return count
