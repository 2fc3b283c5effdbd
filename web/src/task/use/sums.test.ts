import { expect, test } from "vitest";
import { samplesOf } from "./sums";

test("sums become speeds", () => {
  const csv =
    "time,cpu,ram,read,write,received,sent\n10,1,100,0,0,0,0\n12,3,200,10,20,30,40\nhalf,a line\n16,3,50,10,20,34,40\n";
  expect(samplesOf(csv)).toEqual({
    time: [12, 16],
    cpu: [1, 0],
    ram: [200, 50],
    read: [5, 0],
    written: [10, 0],
    received: [15, 1],
    sent: [20, 0],
  });
});

test("whatever a task put in its place draws nothing", () => {
  expect(samplesOf("<script>\nNaN,1,2,3,4,5,6\n").time).toEqual([]);
});
