#!/usr/bin/env node
import launch = require('./launch/launch.js');

launch(__filename);
