'use strict';
exports.rehearsed = require('node:fs').existsSync(__filename);
