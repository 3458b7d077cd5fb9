"use strict"; return {};
