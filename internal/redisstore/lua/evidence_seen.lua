#!lua
-- Joins minutes to those that logs of one customer cover. KEYS: hours. ARGV: for each
-- hour and root the number of the hour, two halves of 30 bits, and the root. The value of
-- an hour has for each root its halves and its name, a space between any two.
for i = 1, #ARGV, 4 do
  local before = redis.call('HGET', KEYS[1], ARGV[i]) or ''
  local joined, found = {}, false
  for low, high, root in string.gmatch(before, '(%d+) (%d+) (%S+)') do
    if root == ARGV[i + 3] then
      found = true
      low, high = bit.bor(tonumber(low), tonumber(ARGV[i + 1])), bit.bor(tonumber(high), tonumber(ARGV[i + 2]))
    end
    table.insert(joined, low .. ' ' .. high .. ' ' .. root)
  end
  if not found then
    table.insert(joined, ARGV[i + 1] .. ' ' .. ARGV[i + 2] .. ' ' .. ARGV[i + 3])
  end
  redis.call('HSET', KEYS[1], ARGV[i], table.concat(joined, ' '))
end
return 1
