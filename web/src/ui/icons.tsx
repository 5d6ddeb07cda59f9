/** The page's own icons: 24 x 24, drawn with round strokes in the colour of the text around them. */
import type { ComponentChildren } from "preact";

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const HomeIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="5" />
    <path d="M8.5 10v1.5M15.5 10v1.5M9.5 15c1.5 1 3.5 1 5 0" />
  </Icon>
);
export const DieIcon = () => (
  <Icon>
    <rect x="4" y="4" width="16" height="16" rx="4" />
    <path d="M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01" />
  </Icon>
);
export const TalkIcon = () => (
  <Icon>
    <path d="M12 4c5 0 9 3 9 7s-4 7-9 7c-1 0-2-.1-3-.4L4.5 20l.9-3.9C3.9 14.8 3 13 3 11c0-4 4-7 9-7z" />
    <path d="M8 11h.01M12 11h.01M16 11h.01" />
  </Icon>
);
export const TimerIcon = () => (
  <Icon>
    <circle cx="12" cy="13.5" r="7.5" />
    <path d="M12 9.500v4l2.5 2M9.5 2.800h5" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <path d="M4 8h9M19 8h1M4 16h1M11 16h9" />
    <circle cx="16" cy="8" r="2.5" />
    <circle cx="8" cy="16" r="2.5" />
  </Icon>
);
export const TableIcon = () => (
  <Icon>
    <path d="M12 3l8 4.600v8.800L12 21l-8-4.600V7.600z" />
    <path d="M12 8l4 6.500H8zM12 3v5M4 16.400l4-1.900M20 16.400l-4-1.900" />
  </Icon>
);
export const MicIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.500c0 3.6 2.9 6 6.5 6s6.5-2.4 6.5-6M12 17.500V21" />
  </Icon>
);
export const MicOffIcon = () => (
  <Icon>
    <path d="M9 9v2c0 1.7 1.3 3 3 3 .8 0 1.5-.3 2-.8M15 9.500V6a3 3 0 0 0-5.5-1.6" />
    <path d="M5.5 11.500c0 3.6 2.9 6 6.5 6 1.6 0 3-.5 4.2-1.300M18.5 11.500c0 .7-.1 1.3-.3 1.900M12 17.500V21M4 4l16 16" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <rect x="6" y="6" width="12" height="12" rx="3" class="icon-solid" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M12 19V6M6 11.500L12 5.500l6 6" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M6.5 6.500l11 11M17.5 6.500l-11 11" />
  </Icon>
);
export const CloudIcon = () => (
  <Icon>
    <path d="M7 18.500c-2.5 0-4.5-1.8-4.5-4.2 0-2.2 1.7-3.9 3.8-4.200C7 7.2 9.3 5.5 12 5.500c3.1 0 5.6 2.3 5.9 5.3 2 .2 3.6 1.8 3.6 3.8 0 2.2-1.8 3.9-4 3.900z" />
  </Icon>
);
export const HouseIcon = () => (
  <Icon>
    <path d="M4 11.500L12 4.500l8 7M6 10v8.500c0 .6.4 1 1 1h10c.6 0 1-.4 1-1V10M10 19.500v-5h4v5" />
  </Icon>
);
export const NoteIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 11v5.500M12 7.500h.01" />
  </Icon>
);
export const AgainIcon = () => (
  <Icon>
    <path d="M5 12a7 7 0 1 0 2.2-5.1" />
    <path d="M7.5 2.8 7 7l4.200.5" />
  </Icon>
);
