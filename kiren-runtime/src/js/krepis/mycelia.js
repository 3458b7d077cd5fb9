"use strict";
// krepis:mycelia - routes and messages.
//
//   router.js       tables of programs            matcher.js      how they are asked, and what that consists of

const { Router } = load("krepis/mycelia/router");

return { Router };
