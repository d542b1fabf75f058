-- Writes an API token and its entry in the audit log. KEYS: meta, stream, tokens, and
-- those of chain. ARGV: store, the revision of the tokens that the writer saw, the id,
-- "new" or "old", the token, and what chain wants. Answers {"STALE"} where the tokens
-- changed meanwhile, and {"TAKEN"} where a new token's id is taken.
local meta, tokens = KEYS[1], KEYS[3]
local reply, append = chain(3, 5)
if reply then
  return reply
end
if (redis.call('HGET', meta, 'tokens') or '0') ~= ARGV[2] then
  return {'STALE'}
end
if ARGV[4] == 'new' and redis.call('HEXISTS', tokens, ARGV[3]) == 1 then
  return {'TAKEN'}
end
redis.call('HSET', tokens, ARGV[3], ARGV[5])
redis.call('HINCRBY', meta, 'tokens', 1)
return append()
