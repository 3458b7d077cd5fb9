console.log("lazy too runs"); export const value = 2;
