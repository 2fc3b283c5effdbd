import { Modal } from "@mantine/core";
import { text } from "../text";
import { Keys } from "./caps";
import { useAllCommands } from "./commands";
import { fitting } from "./fit";
import css from "./palette.module.css";

/** The keys of all commands there are now. */
export function Help({ open, close }: { open: boolean; close: () => void }) {
  const commands = fitting(useAllCommands(), "").filter(({ keys }) => keys);
  const groups = [...new Set(commands.map(({ group }) => group))];
  return (
    <Modal
      opened={open}
      onClose={close}
      title={text.shell.keysTitle}
      size={680}
      closeButtonProps={{ "aria-label": text.shell.close }}
    >
      <div className={css.sheet}>
        {groups.map((group) => (
          <section key={group}>
            <h3 className={css.heading}>{group}</h3>
            <dl className={css.keys}>
              {commands
                .filter((command) => command.group === group)
                .map((command) => (
                  <div key={command.id}>
                    <dt>{command.label}</dt>
                    <dd>
                      <Keys keys={command.keys ?? ""} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
