import { ActionIcon, Menu } from "@mantine/core";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { type ColumnId, columnIds, fixed, useColumns } from "./columns";

/** Chooses the columns of the list. */
export function ColumnMenu() {
  const [shown, setShown] = useColumns();
  const toggle = (id: ColumnId) =>
    setShown(shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id]);
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={text.list.choose} title={text.list.choose}>
          <Icon name="columns" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.list.choose}</Menu.Label>
        {columnIds
          .filter((id) => !fixed.includes(id))
          .map((id) => (
            <Menu.Item
              key={id}
              role="menuitemcheckbox"
              aria-checked={shown.includes(id)}
              leftSection={<Icon name={shown.includes(id) ? "check" : "blank"} />}
              onClick={() => toggle(id)}
            >
              {text.list.columns[id]}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
