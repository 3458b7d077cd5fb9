console.log(require("./lib/data.json").list.join(), require("./lib/data").name);
try {
  require("./lib/broken.json");
} catch (error) {
  console.log(error.name, error.message.split("\n")[0].replace(__dirname, "[dir]"));
}
