"""Legal-aid appointments: offices, hours, slots, bookings, deadlines."""
