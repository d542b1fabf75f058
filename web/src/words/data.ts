// The vocabulary of data, activities and readings: one meaning each.

import type { Activity, DataCategory, Reading, ScopeKind, Setting } from '../api/gen/graphql';

export const scopeKinds: readonly ScopeKind[] = ['ACCOUNT', 'ZONE', 'HOSTNAME', 'IP_BINDING', 'CERTIFICATE', 'RESOURCE', 'WORKER'];

export const categories: readonly DataCategory[] = [
  'CONTENT', 'STORED_CONTENT', 'TRAFFIC_METADATA', 'KEYS', 'CONFIGURATION', 'ACCOUNT', 'OPERATIONAL',
];

export const categoryNames: Record<DataCategory, string> = {
  CONTENT: 'Request content',
  STORED_CONTENT: 'Stored objects',
  TRAFFIC_METADATA: 'Customer logs',
  KEYS: 'TLS keys',
  CONFIGURATION: 'Configuration',
  ACCOUNT: 'Account data',
  OPERATIONAL: 'Operational data',
};

export const categoryNotes: Record<DataCategory, string> = {
  CONTENT: 'Requests and responses, and cached copies of them',
  STORED_CONTENT: 'What is put into storage products',
  TRAFFIC_METADATA: 'Logs and analytics of visits',
  KEYS: 'Private keys of certificates',
  CONFIGURATION: 'DNS records, rules, Worker code, hostnames',
  ACCOUNT: 'Names, users, billing',
  OPERATIONAL: 'Flow samples, core dumps, attack data',
};

export const activities: readonly Activity[] = ['PROCESS', 'CACHE', 'STORE', 'TRANSIT', 'ACCESS'];

export const activityNames: Record<Activity, string> = {
  PROCESS: 'processed',
  CACHE: 'cached',
  STORE: 'stored',
  TRANSIT: 'may transit',
  ACCESS: 'readable by people',
};

export const activityMeanings: Record<Activity, string> = {
  STORE: 'Written to disk beyond the request, replicas and backups included.',
  CACHE: 'Written to disk for a bounded time, to be served again.',
  PROCESS: 'Readable in memory, for example after decryption.',
  TRANSIT: 'Encrypted bytes pass through equipment that cannot read them. The visitor’s address is visible there.',
  ACCESS: 'A person at that place may read it. The place is the reader’s, not the disk’s.',
};

export const readings: readonly Reading[] = ['RESIDES', 'HANDLED', 'EVERYTHING'];

export const readingNames: Record<Reading, string> = {
  RESIDES: 'Stored',
  HANDLED: 'Handled',
  EVERYTHING: 'Everything',
};

export const readingMeanings: Record<Reading, string> = {
  RESIDES: 'content, objects, logs and keys: stored or cached',
  HANDLED: 'the same, and processed: readable in memory',
  EVERYTHING: 'every kind of data and every activity',
};

/** The activities that a reading speaks of. */
export const readingActivities: Record<Reading, readonly Activity[]> = {
  RESIDES: ['CACHE', 'STORE'],
  HANDLED: ['PROCESS', 'CACHE', 'STORE'],
  EVERYTHING: activities,
};

export const settingNames: Record<Setting, string> = {
  PROCESSING: 'Processing region',
  KEYS: 'Key region',
  LOGS: 'Log region',
  STORAGE: 'Storage jurisdiction',
};
