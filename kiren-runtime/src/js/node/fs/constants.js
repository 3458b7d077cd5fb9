"use strict";
// fs.constants: this platform's numbers, and those that are Node's own.

const { fs: table } = native("os").constants();

const constants = Object.freeze({
  __proto__: null,
  UV_FS_SYMLINK_DIR: 1,
  UV_FS_SYMLINK_JUNCTION: 2,
  ...table,
  UV_FS_O_FILEMAP: 0,
  UV_FS_O_RANDOM: 0,
  UV_FS_O_SEQUENTIAL: 0,
  UV_FS_O_SHORT_LIVED: 0,
  UV_FS_O_TEMPORARY: 0,
  UV_DIRENT_UNKNOWN: 0,
  UV_DIRENT_FILE: 1,
  UV_DIRENT_DIR: 2,
  UV_DIRENT_LINK: 3,
  UV_DIRENT_FIFO: 4,
  UV_DIRENT_SOCKET: 5,
  UV_DIRENT_CHAR: 6,
  UV_DIRENT_BLOCK: 7,
  UV_FS_COPYFILE_EXCL: 1,
  COPYFILE_EXCL: 1,
  UV_FS_COPYFILE_FICLONE: 2,
  COPYFILE_FICLONE: 2,
  UV_FS_COPYFILE_FICLONE_FORCE: 4,
  COPYFILE_FICLONE_FORCE: 4,
});

return { constants };
