const direct = await fetch(`${process.argv[2]}/http10`);
console.log(await direct.text());
const proxied = await fetch("http://name.invalid:81/path?query");
console.log(await proxied.text());
