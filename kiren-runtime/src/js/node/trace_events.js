"use strict";
// node:trace_events: nothing is traced.

return load("node/absent").moduleOf("trace_events", { getEnabledCategories() {} });
