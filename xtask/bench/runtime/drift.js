const start = performance.now();
setTimeout(() => console.log(String(Math.abs(performance.now() - start - 1000))), 1000);
