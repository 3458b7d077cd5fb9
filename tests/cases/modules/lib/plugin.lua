local path = require("./lua_upper.cjs")

local function boom()
  error({ message = "gave up", name = "RangeError", code = "E_GAVE_UP" })
end

return {
  name = "plugin",
  double = function(n) return n * 2 end,
  upper = path.upper("x"),
  json = require("./lua_data.json"),
  boom = function() boom() end,
  each = function(list, f) for at, item in ipairs(list) do f(item, at) end end,
}
