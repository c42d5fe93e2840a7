/** SQLSTATEs by the names that the PostgreSQL manual gives them (appendix A, "PostgreSQL Error Codes"). */
// @ts-nocheck


export const SQLCLIENT_UNABLE_TO_CONNECT = '08001';
export const CONNECTION_FAILURE = '08006';
export const PROTOCOL_VIOLATION = '08P01';
export const FEATURE_NOT_SUPPORTED = '0A000';
export const DIVISION_BY_ZERO = '22012';
export const UNIQUE_VIOLATION = '23505';
export const READ_ONLY_SQL_TRANSACTION = '25006';
export const INVALID_AUTHORIZATION = '28000';
export const INVALID_PASSWORD = '28P01';
export const INVALID_CATALOG_NAME = '3D000';
export const SERIALIZATION_FAILURE = '40001';
export const DEADLOCK_DETECTED = '40P01';
export const INSUFFICIENT_PRIVILEGE = '42501';
export const UNDEFINED_COLUMN = '42703';
export const UNDEFINED_TABLE = '42P01';
export const DUPLICATE_DATABASE = '42P04';
export const TOO_MANY_CONNECTIONS = '53300';
export const PROGRAM_LIMIT_EXCEEDED = '54000';
export const NOT_IN_PREREQUISITE_STATE = '55000';
export const LOCK_NOT_AVAILABLE = '55P03';
export const QUERY_CANCELED = '57014';
export const UNDEFINED_FILE = '58P01';
