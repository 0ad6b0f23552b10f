// k6: an open model that drops iterations, a group, an expected 404, and four ways to fail.
import http from 'k6/http';
import { check, group } from 'k6';

const BASE = 'http://127.0.0.1:31080';

export const options = {
  scenarios: {
    readers: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 2, exec: 'read' },
    writers: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'write' },
    unlucky: { executor: 'per-vu-iterations', vus: 1, iterations: 1, exec: 'fail' },
    late: { executor: 'constant-arrival-rate', rate: 5, duration: '1s', preAllocatedVUs: 1, exec: 'late' },
  },
};

export function read() {
  const answer = http.get(`${BASE}/documents/${3 + __ITER}`, { tags: { tenant: 'acme' } });
  check(answer, { 'is 200': (r) => r.status === 200 });
}

export function write() {
  group('writing', () => {
    http.post(`${BASE}/documents`, '{}');
  });
  http.get(`${BASE}/documents/4`, { responseCallback: http.expectedStatuses(404), tags: { name: 'missing' } });
  http.get(`${BASE}/documents/19`);
}

export function fail() {
  http.get('http://127.0.0.1:31099/nobody');
  http.get(`${BASE}/slow?s=2`, { timeout: '300ms' });
  http.get(`${BASE}/cut`);
  http.get(`${BASE}/moved`);
}

export function late() {
  http.get(`${BASE}/slow?s=0.6`);
}
