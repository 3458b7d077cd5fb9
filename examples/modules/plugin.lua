-- Used by main.ts: its names can be imported.
local core = require("shop:core")
local settings = require("./data.json")

local function fail()
  error({ message = "the plugin gave up", code = "E_PLUGIN" })
end

return {
  settings = settings,
  greet = function(name) return ("hello %s, from Lua"):format(name) end,
  map = function(list, f)
    local result = {}
    for at, item in ipairs(list) do result[at] = f(item) end
    return result
  end,
  count = function(start)
    local counter = core.Counter(start)
    counter:next(2)
    return counter.value
  end,
  call = function(f) return f() end,
  fail = function() fail() end,
}
