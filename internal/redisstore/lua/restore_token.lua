#!lua
-- Puts a token where none is, or in place of the one that the writer saw. KEYS: meta,
-- tokens. ARGV: store, id, the token that is there or nothing, the token. Answers 1, or
-- 0 where another token is there now.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
if (redis.call('HGET', KEYS[2], ARGV[2]) or '') ~= ARGV[3] then
  return 0
end
if ARGV[3] ~= ARGV[4] then
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
  redis.call('HINCRBY', KEYS[1], 'tokens', 1)
end
return 1
