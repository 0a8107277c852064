import { List, Text } from '@mantine/core';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import { scheduleOptionWords } from './schedule-option-words.ts';
import { scheduleWords } from './schedule-words.ts';

interface ScheduleListProps {
  readonly deployment: Pick<Deployment, 'schedules' | 'isScheduleActive'>;
  /** Of the text; what is said of options is small anyway. */
  readonly size: 'xs' | 'sm';
}

/** When a deployment runs by itself: a schedule each, with what it says beyond the default and what is wrong with it. */
export function ScheduleList({ deployment: { schedules, isScheduleActive }, size }: ScheduleListProps) {
  if (schedules.length === 0) return <Text size={size}>No schedule</Text>;
  return (
    <>
      {/* Wider, it would take the room of names and tags. */}
      <List listStyleType="none" size={size} spacing={4} maw={{ base: '22rem', lg: '36rem' }}>
        {schedules.map((schedule) => (
          <ScheduleItem key={schedule.slug} schedule={schedule} />
        ))}
      </List>
      {!isScheduleActive && <Text size={size}>All paused</Text>}
    </>
  );
}

function ScheduleItem({ schedule }: { readonly schedule: Schedule }) {
  const options = scheduleOptionWords(schedule).join('; ');
  return (
    <List.Item style={{ overflowWrap: 'anywhere' }}>
      {scheduleWords(schedule)}
      {options && (
        <Text span display="block" size="xs" c="dimmed">
          {options}
        </Text>
      )}
      {schedule.error !== undefined && (
        <Text span display="block" size="xs" c="red">
          Can’t fire: {schedule.error}
        </Text>
      )}
    </List.Item>
  );
}
