#!/usr/bin/env node
// @ts-nocheck
import launch = require('./launch/launch.js');

launch(__filename);
