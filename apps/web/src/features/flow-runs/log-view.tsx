import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, Paper, Text } from '@mantine/core';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { memo, useLayoutEffect, useRef } from 'react';
import type { RunLog } from './run-log.ts';

interface LogViewProps {
  readonly flowRunId: string;
  readonly log: RunLog;
  /** Whether what there was has come; an empty log is one that is not known yet before. */
  readonly isRead: boolean;
  /** Whether more may come. */
  readonly isLive: boolean;
}

/** What a run said, as it says it. Stays at the end unless the reader scrolled away from it. */
export function LogView({ flowRunId, log, isRead, isLive }: LogViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when there are new lines
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log]);
  const look = ({ scrollTop, scrollHeight, clientHeight }: HTMLDivElement) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 32;
  };
  return (
    <Paper withBorder>
      {log.leftOut > 0 && (
        <Text size="sm" c="dimmed" p="xs">
          {log.leftOut.toLocaleString()} earlier lines are left out: <Code>millrace flow-run logs {flowRunId}</Code> has
          them.
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="log" role="log" aria-label="Log" tabIndex={0} ref={box} onScroll={(e) => look(e.currentTarget)}>
        {log.lines.length === 0 && isRead && (
          <Text size="sm" c="dimmed" p="xs">
            {isLive ? 'Nothing yet. What the run prints appears here at once.' : 'The run said nothing.'}
          </Text>
        )}
        {log.lines.map(({ place, record }) => (
          <LogLine key={place} record={record} />
        ))}
      </div>
    </Paper>
  );
}

const levels = [
  [60, 'FATAL', 'log-error'],
  [50, 'ERROR', 'log-error'],
  [40, 'WARN', 'log-warn'],
  [30, 'INFO', 'log-quiet'],
  [20, 'DEBUG', 'log-quiet'],
] as const;

const LogLine = memo(({ record }: { readonly record: LogRecord }) => {
  const [, name, className] = levels.find(([least]) => record.level >= least) ?? [0, 'TRACE', 'log-quiet'];
  const at = record.timestamp && timestampDate(record.timestamp);
  return (
    <div className="log-line">
      <time className="log-quiet" dateTime={at?.toISOString()} title={at?.toISOString()}>
        {at && timeOf(at)}
      </time>
      <span className={className}>{name.padEnd(5)}</span>
      <span className="log-message">{record.message}</span>
    </div>
  );
});

const format = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

function timeOf(date: Date): string {
  return format.format(date);
}
