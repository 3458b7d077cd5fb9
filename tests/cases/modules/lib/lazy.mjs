console.log("lazy runs"); export const value = 1;
