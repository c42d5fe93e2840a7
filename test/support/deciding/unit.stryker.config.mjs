import { strykerConfig } from './stryker-config.mjs';

export default strykerConfig('unit');
