-- The words backwards.
local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do table.insert(list, 1, word) end
  return list
end

return {
  run = function(text) return table.concat(words(text), " ") end,
}
