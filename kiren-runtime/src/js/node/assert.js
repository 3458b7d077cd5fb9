"use strict";
return {};
