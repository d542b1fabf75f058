#!lua
-- Keeps a report under KEYS[1], unless it is there. ARGV: fields and values. Answers
-- when the one that is kept was made.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV))
end
return redis.call('HGET', KEYS[1], 'created')
