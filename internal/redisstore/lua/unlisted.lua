#!lua flags=no-writes
-- ARGV are pairs of a customer and a body id. Answers 1 for each id that is no
-- version of its customer, and 0 for the others.
local heads = KEYS[2]
local answer = {}
for i = 1, #ARGV, 2 do
  local head = redis.call('HGET', heads, ARGV[i]) or ''
  answer[#answer + 1] = string.find(head, ARGV[i + 1], 49, true) and 0 or 1
end
return answer
