module.exports = "plain text";
