// @ts-nocheck
import bunyan from 'bunyan';
import type { Logger } from '../../cli/logger.js';
import { streamsMeet } from '../../cli/standard-streams.js';
import { markTold } from '../../cli/told-errors.js';
import type { Log } from '../../log/log.js';
import { ruleOf } from '../../log/records.js';

/**
 * A log that writes through a bunyan logger. Records that are the output of a command are written at every
 * `LOG_LEVEL`.
 */
export function recordLog(leveled: Logger): Log {
  const always = leveled.child({}, true);
  always.level('trace');
  const meet = streamsMeet();
  return {
    write: (record, fields, level) => {
      const { levels, isOutput } = ruleOf(record);
      const written = level ?? levels[0];
      const logger = isOutput ? always : leveled;
      if (meet && written === 'fatal' && logger.level() <= bunyan.FATAL)
        markTold((fields as { err?: unknown }).err);
      logger[written](fields, record);
    },
    isOn: (record) => leveled.level() <= bunyan.levelFromName[ruleOf(record).levels[0]],
  };
}
