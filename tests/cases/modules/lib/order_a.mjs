console.log("a starts"); await new Promise((resolve) => setTimeout(resolve, 5)); console.log("a ends");
