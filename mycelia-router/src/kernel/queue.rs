//! The messages of one subsystem: a slab of slots, and lists through it. Plain data, guarded by its owner's lock.
//!
//! A slot is taken when a message is accepted and free again when it was handled, so that the bound of the queue is also the
//! bound of its memory, and a message that was taken can always go back. Slots that are free are used last in, first out:
//! they are the ones that are in the processor's cache.
//!
//! Messages with the same lane are handed out one after the other: a lane is held by whoever has a message of it, and what
//! others would get of it is parked in the lane until then.

/// The lists that are served one before the other.
pub(crate) const PRIORITIES: usize = 4;

/// How many lanes keys are spread over. Two keys in one lane wait for each other, and that is all.
pub(crate) const LANES: u8 = 255;

/// A message that may be handled beside any other.
pub(crate) const NO_LANE: u8 = u8::MAX;

const NONE: u32 = u32::MAX;

/// The largest capacity.
pub(crate) const MOST: u32 = 1 << 30;

/// Who holds a lane, other than a run: a handler that has begun and waits for something.
pub(crate) const BEGUN: u64 = u64::MAX;

pub(crate) struct Queue<T> {
    slots: Vec<Slot<T>>,
    free: u32,
    /// Slots that are not free.
    used: u32,
    /// Slots in `ready` and parked in lanes.
    waiting: u32,
    capacity: u32,
    /// How many messages have a place beyond the capacity: those that are being handled.
    beside: u32,
    high_water: u32,
    /// Bit `n` is set when `ready[n]` is not empty.
    filled: u8,
    ready: [List; PRIORITIES],
    /// Made when the first message with a lane comes.
    lanes: Box<[Lane]>,
    accepted: u64,
}

/// 128 bytes with what the kernel puts into it, two cache lines, which processors fetch in pairs.
#[repr(C)]
struct Slot<T> {
    /// The number of the message that has or had this slot: its generation.
    sequence: u64,
    next: u32,
    previous: u32,
    lane: u8,
    state: State,
    priority: u8,
    item: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Free,
    /// It has its place, and is linked when its time comes.
    Delayed,
    /// In a list of `ready`.
    Ready,
    /// In a list of `ready`, as the first of its lane: nothing of the lane is before it.
    Leading,
    /// In the list of its lane.
    Parked,
    /// Someone has it; or had it, until the slot is used again, if it was freed together with others.
    Taken,
}

#[derive(Clone, Copy)]
struct List {
    head: u32,
    tail: u32,
}

struct Lane {
    holder: u64,
    /// How many messages the holder has.
    held: u32,
    /// Whether a message of the lane is in `ready` as `Leading`.
    led: bool,
    parked: List,
}

/// Names a message: a slot, and the number of the message, which no other message of the queue ever has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket {
    pub(crate) slot: u32,
    pub(crate) sequence: u64,
}

/// A message that was taken, or, before and after, room for one.
pub(crate) struct Taken<T> {
    pub(crate) ticket: Ticket,
    pub(crate) lane: u8,
    pub(crate) item: T,
}

/// What happened in a queue so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) waiting: u32,
    pub(crate) used: u32,
    pub(crate) slots: u32,
    pub(crate) high_water: u32,
}

/// What is in a queue: made once, filled and emptied many times.
pub(crate) trait Item: Default {
    /// Moves what is in it to `to`, which is empty.
    fn move_to(&mut self, to: &mut Self);
}

impl<T: Item> Queue<T> {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            slots: Vec::new(),
            free: NONE,
            used: 0,
            waiting: 0,
            capacity: capacity.clamp(1, MOST),
            beside: 0,
            high_water: 0,
            filled: 0,
            ready: [List::EMPTY; PRIORITIES],
            lanes: Box::default(),
            accepted: 0,
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            accepted: self.accepted,
            waiting: self.waiting,
            used: self.used,
            slots: self.slots.len() as u32,
            high_water: self.high_water,
        }
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.used >= self.capacity + self.beside
    }

    /// Says how many messages are being handled: their places do not count.
    #[inline]
    pub(crate) fn set_beside(&mut self, begun: u32) {
        self.beside = begun;
    }

    /// How many messages have room.
    #[inline]
    pub(crate) fn room(&self) -> u32 {
        (self.capacity + self.beside).saturating_sub(self.used)
    }

    /// Whether `take` may find something.
    #[inline]
    pub(crate) fn has_ready(&self) -> bool {
        self.filled != 0
    }

    /// Whether nothing is here: nothing waits, nothing is delayed, nothing was taken and not released.
    pub(crate) fn is_idle(&self) -> bool {
        self.used == 0
    }

    /// Messages that wait for their time.
    pub(crate) fn is_delayed(&self, ticket: Ticket) -> bool {
        self.state_of(ticket) == Some(State::Delayed)
    }

    /// A message at the end of the line, or nothing when the queue is full. `fill` finds an empty item.
    #[inline]
    pub(crate) fn push(&mut self, priority: u8, lane: u8, fill: impl FnOnce(&mut T)) -> Option<Ticket> {
        let slot = self.acquire(priority, lane)?;
        fill(&mut self.slots[slot as usize].item);
        self.append(slot);
        Some(self.ticket(slot))
    }

    /// Messages without lanes at the end of the line; there is room for them. `fill` finds an empty item for each source.
    #[inline]
    pub(crate) fn push_all<S>(
        &mut self,
        priority: u8,
        sources: &mut [S],
        mut fill: impl FnMut(&mut T, &mut S),
    ) {
        debug_assert!(sources.len() <= self.room() as usize, "there is room");
        if sources.is_empty() {
            return;
        }
        let mut list = self.ready[usize::from(priority)];
        for source in &mut *sources {
            if self.free == NONE {
                self.grow();
            }
            let number = self.free;
            match list.tail {
                NONE => list.head = number,
                tail => self.slots[tail as usize].next = number,
            }
            self.accepted += 1;
            let slot = &mut self.slots[number as usize];
            self.free = slot.next;
            slot.sequence = self.accepted;
            slot.previous = list.tail;
            slot.lane = NO_LANE;
            slot.state = State::Ready;
            slot.priority = priority;
            fill(&mut slot.item, source);
            list.tail = number;
        }
        self.slots[list.tail as usize].next = NONE;
        self.ready[usize::from(priority)] = list;
        self.filled |= 1 << priority;
        self.waiting += sources.len() as u32;
        self.used += sources.len() as u32;
        self.high_water = self.high_water.max(self.used);
    }

    /// A message that has a place but is not in line before [`activate`](Self::activate).
    pub(crate) fn push_delayed(
        &mut self,
        priority: u8,
        lane: u8,
        fill: impl FnOnce(&mut T),
    ) -> Option<Ticket> {
        let slot = self.acquire(priority, lane)?;
        fill(&mut self.slots[slot as usize].item);
        self.slots[slot as usize].state = State::Delayed;
        Some(self.ticket(slot))
    }

    /// Puts a delayed message in line; `false` when it is gone.
    pub(crate) fn activate(&mut self, ticket: Ticket) -> bool {
        let delayed = self.is_delayed(ticket);
        if delayed {
            self.append(ticket.slot);
        }
        delayed
    }

    /// Hands out up to `batch.room()` messages to the run of that number, in order.
    #[inline]
    pub(crate) fn take(&mut self, run: u64, most: usize, batch: &mut Batch<T>) {
        while self.filled != 0 && batch.len() < most {
            let priority = self.filled.trailing_zeros() as usize;
            let slot = self.ready[priority].head;
            let lane = self.slots[slot as usize].lane;
            if lane == NO_LANE {
                self.take_plain(priority, most, batch);
            } else {
                self.take_of_lane(slot, run, most, batch);
            }
        }
    }

    /// What has no lane at the front of a list, which is cut off in one piece: its slots stay linked.
    #[inline]
    fn take_plain(&mut self, priority: usize, most: usize, batch: &mut Batch<T>) {
        let before = batch.len();
        let mut number = self.ready[priority].head;
        while number != NONE && batch.len() < most {
            let slot = &mut self.slots[number as usize];
            if slot.lane != NO_LANE {
                break;
            }
            slot.state = State::Taken;
            let taken = batch.next();
            taken.ticket = Ticket { slot: number, sequence: slot.sequence };
            taken.lane = NO_LANE;
            slot.item.move_to(&mut taken.item);
            number = slot.next;
        }
        if before == 0 {
            batch.linked = batch.len();
        }
        self.waiting -= (batch.len() - before) as u32;
        self.ready[priority].head = number;
        if number == NONE {
            self.ready[priority].tail = NONE;
            self.filled &= !(1 << priority);
        } else {
            self.slots[number as usize].previous = NONE;
        }
    }

    /// The first of the line has a lane.
    fn take_of_lane(&mut self, slot: u32, run: u64, most: usize, batch: &mut Batch<T>) {
        let number = usize::from(self.slots[slot as usize].lane);
        let leads = self.slots[slot as usize].state == State::Leading;
        self.unlink_ready(slot);
        let lane = &mut self.lanes[number];
        let open = lane.held == 0 || lane.holder == run;
        if !leads && (!open || lane.led || lane.parked.head != NONE) {
            return self.park(slot);
        }
        lane.led &= !leads;
        lane.holder = run;
        lane.held += 1;
        self.hand_out(slot, batch);
        while batch.len() < most {
            let Some(parked) = self.unpark(number) else { break };
            self.lanes[number].held += 1;
            self.hand_out(parked, batch);
        }
    }

    /// The first messages of a batch are over, as many as were started, but for those that [left](Batch::leave) it; the others
    /// go back.
    #[inline]
    pub(crate) fn settle_batch(&mut self, batch: &mut Batch<T>, started: usize) {
        let linked = batch.linked.min(started);
        if linked > 0 {
            let (first, last) = (batch.items[0].ticket.slot, batch.items[linked - 1].ticket.slot);
            self.slots[last as usize].next = self.free;
            self.free = first;
            self.used -= linked as u32;
        }
        for at in linked..started {
            let Taken { ticket, lane, .. } = batch.items[at];
            if ticket.slot != NONE {
                self.release(ticket, lane);
            }
        }
        batch.iter_mut().skip(started).rev().for_each(|taken| self.give_back(taken));
        batch.clear();
    }

    /// The message is over: its slot is free. Its item is empty since it was taken.
    #[inline]
    pub(crate) fn release(&mut self, ticket: Ticket, lane: u8) {
        debug_assert_eq!(self.state_of(ticket), Some(State::Taken), "released once, by who took it");
        self.free(ticket.slot);
        if lane != NO_LANE {
            self.lanes[usize::from(lane)].held -= 1;
            self.settle(lane);
        }
    }

    /// The message has begun and goes on beside its run: nothing of its lane goes to that run any more.
    pub(crate) fn begin(&mut self, lane: u8) {
        if lane != NO_LANE {
            self.lanes[usize::from(lane)].holder = BEGUN;
        }
    }

    /// Puts a message that was not started back to the front of its line. Several are given back last one first.
    pub(crate) fn give_back(&mut self, taken: &mut Taken<T>) {
        let slot = taken.ticket.slot;
        debug_assert_eq!(self.state_of(taken.ticket), Some(State::Taken), "given back once, by who took it");
        taken.item.move_to(&mut self.slots[slot as usize].item);
        self.waiting += 1;
        if taken.lane == NO_LANE {
            return self.link_front(slot, State::Ready);
        }
        let number = usize::from(taken.lane);
        let mut parked = self.lanes[number].parked;
        self.slots[slot as usize].state = State::Parked;
        self.push_front(&mut parked, slot);
        self.lanes[number].parked = parked;
        self.lanes[number].held -= 1;
        self.settle(taken.lane);
    }

    /// Takes a message out that nobody has started; `None` when it was started, or is gone. `item` is empty before.
    pub(crate) fn remove(&mut self, ticket: Ticket, item: &mut T) -> Option<()> {
        let slot = ticket.slot;
        let lane = self.slots.get(slot as usize)?.lane;
        match self.state_of(ticket)? {
            State::Free | State::Taken => return None,
            State::Delayed => {}
            State::Ready => {
                self.unlink_ready(slot);
                self.waiting -= 1;
            }
            State::Leading => {
                self.unlink_ready(slot);
                self.waiting -= 1;
                self.lanes[usize::from(lane)].led = false;
            }
            State::Parked => {
                let mut parked = self.lanes[usize::from(lane)].parked;
                self.unlink(&mut parked, slot);
                self.lanes[usize::from(lane)].parked = parked;
                self.waiting -= 1;
            }
        }
        self.slots[slot as usize].item.move_to(item);
        self.free(slot);
        if lane != NO_LANE {
            self.settle(lane);
        }
        Some(())
    }

    /// The message that waits longest among the least urgent ones.
    pub(crate) fn oldest(&self) -> Option<Ticket> {
        let of_list = |list: &List| (list.head != NONE).then_some(list.head);
        let ready = self.ready.iter().rev().find_map(of_list);
        let parked = || {
            let heads = self.lanes.iter().filter_map(|lane| of_list(&lane.parked));
            heads.min_by_key(|&slot| self.slots[slot as usize].sequence)
        };
        ready.or_else(parked).map(|slot| self.ticket(slot))
    }

    /// Some message that nobody has started, delayed ones as well.
    pub(crate) fn any(&self) -> Option<Ticket> {
        let delayed = || self.slots.iter().position(|slot| slot.state == State::Delayed);
        self.oldest().or_else(|| delayed().map(|slot| self.ticket(slot as u32)))
    }

    fn state_of(&self, ticket: Ticket) -> Option<State> {
        let slot = self.slots.get(ticket.slot as usize)?;
        (slot.sequence == ticket.sequence).then_some(slot.state)
    }

    /// The name of the message with that number.
    #[cfg(test)]
    pub(crate) fn ticket_of(&self, sequence: u64) -> Ticket {
        let slot = self.slots.iter().position(|slot| slot.sequence == sequence);
        Ticket { slot: slot.expect("because it has a slot") as u32, sequence }
    }

    #[inline]
    fn ticket(&self, slot: u32) -> Ticket {
        Ticket { slot, sequence: self.slots[slot as usize].sequence }
    }

    #[inline]
    fn acquire(&mut self, priority: u8, lane: u8) -> Option<u32> {
        if self.is_full() {
            return None;
        }
        if self.free == NONE {
            self.grow();
        }
        if lane != NO_LANE && self.lanes.is_empty() {
            self.lanes = (0..LANES).map(|_| Lane::new()).collect();
        }
        let number = self.free;
        self.accepted += 1;
        let sequence = self.accepted;
        let slot = &mut self.slots[number as usize];
        self.free = slot.next;
        slot.sequence = sequence;
        slot.priority = priority;
        slot.lane = lane;
        self.used += 1;
        self.high_water = self.high_water.max(self.used);
        Some(number)
    }

    #[cold]
    fn grow(&mut self) {
        let number = self.slots.len() as u32;
        let item = T::default();
        let (next, previous, state) = (NONE, NONE, State::Free);
        self.slots.push(Slot { sequence: 0, next, previous, lane: NO_LANE, state, priority: 0, item });
        self.free = number;
    }

    #[inline]
    fn free(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize];
        slot.state = State::Free;
        slot.next = self.free;
        self.free = number;
        self.used -= 1;
    }

    #[inline]
    fn hand_out(&mut self, number: u32, batch: &mut Batch<T>) {
        let slot = &mut self.slots[number as usize];
        slot.state = State::Taken;
        self.waiting -= 1;
        let taken = batch.next();
        taken.ticket = Ticket { slot: number, sequence: slot.sequence };
        taken.lane = slot.lane;
        slot.item.move_to(&mut taken.item);
    }

    #[inline]
    fn append(&mut self, number: u32) {
        self.waiting += 1;
        let slot = &mut self.slots[number as usize];
        let priority = usize::from(slot.priority);
        slot.state = State::Ready;
        slot.next = NONE;
        slot.previous = self.ready[priority].tail;
        match self.ready[priority].tail {
            NONE => self.ready[priority].head = number,
            tail => self.slots[tail as usize].next = number,
        }
        self.ready[priority].tail = number;
        self.filled |= 1 << priority;
    }

    fn link_front(&mut self, number: u32, state: State) {
        let priority = usize::from(self.slots[number as usize].priority);
        self.slots[number as usize].state = state;
        let mut list = self.ready[priority];
        self.push_front(&mut list, number);
        self.ready[priority] = list;
        self.filled |= 1 << priority;
    }

    #[inline]
    fn unlink_ready(&mut self, number: u32) {
        let priority = usize::from(self.slots[number as usize].priority);
        let mut list = self.ready[priority];
        self.unlink(&mut list, number);
        self.ready[priority] = list;
        if list.head == NONE {
            self.filled &= !(1 << priority);
        }
    }

    fn park(&mut self, number: u32) {
        let lane = usize::from(self.slots[number as usize].lane);
        let tail = self.lanes[lane].parked.tail;
        let slot = &mut self.slots[number as usize];
        slot.state = State::Parked;
        slot.next = NONE;
        slot.previous = tail;
        match tail {
            NONE => self.lanes[lane].parked.head = number,
            tail => self.slots[tail as usize].next = number,
        }
        self.lanes[lane].parked.tail = number;
    }

    fn unpark(&mut self, lane: usize) -> Option<u32> {
        let mut parked = self.lanes[lane].parked;
        let head = parked.head;
        if head == NONE {
            return None;
        }
        self.unlink(&mut parked, head);
        self.lanes[lane].parked = parked;
        Some(head)
    }

    /// When nobody holds a lane and something is parked in it, its first message leads the line.
    fn settle(&mut self, lane: u8) {
        let number = usize::from(lane);
        if self.lanes[number].held > 0 || self.lanes[number].led {
            return;
        }
        if let Some(head) = self.unpark(number) {
            self.link_front(head, State::Leading);
            self.lanes[number].led = true;
        }
    }

    fn push_front(&mut self, list: &mut List, number: u32) {
        let slot = &mut self.slots[number as usize];
        slot.previous = NONE;
        slot.next = list.head;
        match list.head {
            NONE => list.tail = number,
            head => self.slots[head as usize].previous = number,
        }
        list.head = number;
    }

    #[inline]
    fn unlink(&mut self, list: &mut List, number: u32) {
        let Slot { next, previous, .. } = self.slots[number as usize];
        match previous {
            NONE => list.head = next,
            previous => self.slots[previous as usize].next = next,
        }
        match next {
            NONE => list.tail = previous,
            next => self.slots[next as usize].previous = previous,
        }
    }
}

impl List {
    const EMPTY: Self = Self { head: NONE, tail: NONE };
}

impl Lane {
    fn new() -> Self {
        Self { holder: 0, held: 0, led: false, parked: List::EMPTY }
    }
}

/// Messages that were taken together, in memory that is used again and again.
pub(crate) struct Batch<T> {
    items: Vec<Taken<T>>,
    len: usize,
    /// The slots of so many of the first ones are linked, each to the next.
    linked: usize,
    /// For what its worker has in hand: empty, with the memory that it may have.
    pub(crate) spare: T,
}

impl<T: Item> Batch<T> {
    pub(crate) fn new() -> Self {
        Self { items: Vec::new(), len: 0, linked: 0, spare: T::default() }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, at: usize) -> &mut Taken<T> {
        &mut self.items[..self.len][at]
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, Taken<T>> {
        self.items[..self.len].iter_mut()
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.linked = 0;
    }

    /// A message that was started goes on by itself: who has it releases it.
    pub(crate) fn leave(&mut self, at: usize) {
        self.get_mut(at).ticket.slot = NONE;
        self.linked = self.linked.min(at);
    }

    #[inline]
    fn next(&mut self) -> &mut Taken<T> {
        if self.len == self.items.len() {
            let ticket = Ticket { slot: NONE, sequence: 0 };
            self.items.push(Taken { ticket, lane: NO_LANE, item: T::default() });
        }
        self.len += 1;
        &mut self.items[self.len - 1]
    }
}
